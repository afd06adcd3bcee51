// The one place that names libzmq's header; only the ZeroMQ module imports it.
#include <zmq.h>
