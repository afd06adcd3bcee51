"""A real model for this project: installing llama.cpp's server, running it, and what the demo does with it."""
