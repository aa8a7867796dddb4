"""Sample data: a synthetic Belize and a real extract of West Yorkshire."""
