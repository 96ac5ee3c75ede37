/* io_uring through liburing's set-up functions; its queues are read and written as mapped memory. */
#include <liburing.h>
