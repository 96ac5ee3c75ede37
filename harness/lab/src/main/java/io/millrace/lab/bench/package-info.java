/**
 * Compares the engine with what a user would pick instead, on this machine and in the same minutes: contenders take
 * turns as the receiver of the same traffic, and only ratios within one run count.
 */
package io.millrace.lab.bench;
