/** What all threads of an engine have in common: how they are made, and a log that none of them has to wait for. */
package io.millrace.core.thread;
