"""Starting the server: its process, its job processes, its kernels."""
