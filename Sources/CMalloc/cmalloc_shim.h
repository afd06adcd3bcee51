// glibc's settings for malloc, which Swift's Glibc module leaves out.
#include <malloc.h>
