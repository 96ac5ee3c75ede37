/** Configs that the harness writes for engines of its own. */
package io.millrace.lab.config;
