/** Words that people type, for the messages of all modules. It is here because this is the module below all others. */
package io.millrace.text;
