"""What bodies, queries and answers are made of: marshmallow schemas, which the API document is drawn from as well."""
