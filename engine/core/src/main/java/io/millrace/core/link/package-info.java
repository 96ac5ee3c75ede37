/** The interfaces of ports while the engine runs: watched by rtnetlink, on a thread of its own. */
package io.millrace.core.link;
