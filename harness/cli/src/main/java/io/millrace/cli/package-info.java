/** The command line: one class per command, which parses and reports, and leaves the work to the other packages. */
package io.millrace.cli;
