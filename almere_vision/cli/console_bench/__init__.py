"""`almere bench console`: what the console takes in a real browser."""




