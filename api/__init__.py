"""HTTP for the console and for other programs: carries requests to the library, judges nothing."""
