"""The desk over HTTP: one table of operations makes the routes, the API document and the tests of who may call."""
