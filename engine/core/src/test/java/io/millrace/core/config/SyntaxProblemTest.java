package io.millrace.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator reads about a text that is no HOCON. {@code ~n} stands for a new line. */
class SyntaxProblemTest {

    private static String problem(String hocon) {
        return assertThrows(ConfigException.class, () -> EngineConfig.parse(hocon))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a = { | config:1: the file ends inside a block or after a key; close each { with }, and give each"
                        + " key a value",
                "a {~n b = 1 | config:2: the file ends inside a block or after a key; close each { with }, and give"
                        + " each key "
                        + "a value",
                "a = 1~nb | config:2: the file ends inside a block or after a key; close each { with }, and give"
                        + " each key a "
                        + "value",
                "a = [1, 2 | config:1: the file ends inside a list; close it with ]",
                "a {~n b = [~n 1~n} | config:4: '}' in a list; put a comma or a new line between its items, "
                        + "and close it with ]",
                "a = 1~n} | config:2: } without {; remove it, or open the block that it closes",
                "= 3 | config:1: '=' where a key or } is expected; put a key before it",
                "a ] | config:1: ']' after 'a'; put = and a value, or a block, after the key",
                "a : : 2 | config:1: ':' where a value is expected; put a value there, in double quotes if it"
                        + " is a text",
                "a = 1 = 2 | config:1: '=' after a value; put a comma or a new line before it, or the value in"
                        + " double quotes",
                "{ a {} b {} } | config:1: 'b' after a value; put a comma or a new line before it, or the value"
                        + " in double "
                        + "quotes",
                "a = \"x~nb = 1 | config:1: a quoted text does not end on its line; close it with \"",
                "a = \"\"\"x | config:1: a text in triple quotes does not end; close it with \"\"\"",
                "a = ${X | config:1: a substitution is not closed; write ${NAME}",
                "a = $ | config:1: $ without {; write ${NAME}, or put the text in double quotes",
                "a = +4 | config:1: a + outside quotes; remove it, or put the text in double quotes",
                "a = @x | config:1: the character @ outside quotes; put the text in double quotes",
                "a = \"\\q\" | config:1: a backslash before q, which is no escape; write two backslashes for one",
                "a = ${MILLRACE_IS_NOT_SET} | config:1: ${MILLRACE_IS_NOT_SET} has no value; set"
                        + " MILLRACE_IS_NOT_SET in the "
                        + "file or the environment, or write ${?MILLRACE_IS_NOT_SET} where it may be missing",
                "a = ${a} | config:1: ${a} refers to itself; give it a value",
                "a = [1] {} | config:1: a block or list next to another kind of value; put a new line or comma"
                        + " between them",
                "[1] | config:1: a list is the whole file; write a block, millrace { … }",
                "a..b = 1 | config:1: a key with a . at its start, its end or before another; remove the .",
                "include 3 | config:1: an include that names no file; write include \"FILE\"",
                "include required(file(\"/no.conf\")) "
                        + "| config:1: include '/no.conf': there is no such file; correct the include, or the file",
                "{ a = 1 } b = 2 | config:1: 'b' after the block that is the whole file; remove it, or move it inside",
            })
    void shouldSayInOneLineWhatIsWrong(String hocon, String expected) {
        assertEquals(expected, problem(hocon.replace("~n", "\n")));
    }

    @Test
    void shouldRefuseWhatIsNestedTooDeep() {
        String expected = "config: the blocks or lists are nested too deep; take out braces or brackets";
        assertEquals(expected, problem("[".repeat(200_000)));
        assertEquals(expected, problem("a.".repeat(100_000) + "b = 1"));
    }
}
