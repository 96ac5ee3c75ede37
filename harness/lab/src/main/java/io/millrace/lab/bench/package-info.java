/**
 * The engine beside what a user would pick instead, on this machine, in the same minutes: contenders take turns as the
 * receiver of the same traffic, and only ratios within one run count.
 */
package io.millrace.lab.bench;
