/**
 * What a benchmark leaves behind, and the three ways to look at it: text in the terminal, one HTML page with a plot for
 * every figure, and JSON, from which two runs are compared.
 */
package io.millrace.lab.bench.results;
