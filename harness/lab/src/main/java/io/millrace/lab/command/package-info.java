/** The commands that the lab adds to the command line: demo, gen, bench and vm-test. */
package io.millrace.lab.command;
