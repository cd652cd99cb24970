"""What the domain needs of the world, one Protocol a file. Adapters keep these promises; none inherits them."""
