/** What the commands print and write about an engine. */
package io.millrace.cli.report;
