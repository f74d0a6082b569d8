"""What is measured, and the data that it is measured on."""
