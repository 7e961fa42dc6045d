"""One module for each part of the address space."""
