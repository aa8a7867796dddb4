"""Crime incidents in, hotspot layers out."""
