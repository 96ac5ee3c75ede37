/** Has single calls of the engine fail, in a process of its own, to see what becomes of it. */
package io.millrace.lab.system.faults;
