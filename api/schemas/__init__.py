"""What goes over the wire, as pydantic models; the OpenAPI file is generated from them."""
