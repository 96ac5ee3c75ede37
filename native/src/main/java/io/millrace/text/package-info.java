/** Help with mistyped words, for the messages of all modules. It is in this module because that is below all others. */
package io.millrace.text;
