package io.millrace.core.config;

import com.typesafe.config.ConfigException;
import io.millrace.spi.config.ValueText;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what Typesafe config says about invalid HOCON into one short line that also says what to do. */
final class SyntaxProblem {
    /** @param advice the text used instead; $1 and $2 stand for the groups of the message */
    private record Rule(Pattern message, String advice) {
        static Rule of(String message, String advice) {
            return new Rule(Pattern.compile(message, Pattern.DOTALL), advice);
        }

        String apply(Matcher matcher) {
            String text = advice;
            for (int i = 1; i <= matcher.groupCount(); i++) {
                text = text.replace("$" + i, ValueText.plain(matcher.group(i)));
            }
            return text;
        }
    }

    /** Cuts off the parser's hints, which are longer than its messages. */
    private static final Pattern HINT = Pattern.compile("\\s*\\((?:if you|did you).*", Pattern.DOTALL);

    private static final String PLACE = "^.*?: \\d+(?:-\\d+)?: ";

    private static final List<Rule> RULES = List.of(
            Rule.of(
                    ".*(?:close parentheses|close brace|Expecting end of input|followed by token).*end of file.*",
                    "the file ends inside a block or after a key; close each { with }, and give each key a value"),
            Rule.of(".*List should have .*end of file.*", "the file ends inside a list; close it with ]"),
            Rule.of(
                    ".*List should have .*token: (.*)",
                    "$1 in a list; put a comma or a new line between its items, and " + "close it with ]"),
            Rule.of(".*unbalanced close brace.*", "} without {; remove it, or open the block that it closes"),
            Rule.of(".*close parentheses.*not: (.*)", "$1 where a key or } is expected; put a key before it"),
            Rule.of(
                    ".*Key '(.*)' may not be followed by token: (.*)",
                    "$2 after '$1'; put = and a value, or a block, after the key"),
            Rule.of(
                    ".*JSON does not allow unescaped newline.*",
                    "a quoted text does not end on its line; close it with \""),
            Rule.of(
                    ".*triple-quoted string was still open.*",
                    "a text in triple quotes does not end; close it with \"\"\""),
            Rule.of(".*Substitution \\$\\{ was not closed.*", "a substitution is not closed; write ${NAME}"),
            Rule.of(".*not followed by \\{.*", "$ without {; write ${NAME}, or put the text in double quotes"),
            Rule.of(
                    ".*Reserved character '(.*?)' is not allowed.*",
                    "the character $1 outside quotes; put the text in double quotes"),
            Rule.of(
                    ".*backslash followed by '(.*?)'.*",
                    "a backslash before $1, which is no escape; write two backslashes for one"),
            Rule.of(".*'\\+' not followed by =.*", "a + outside quotes; remove it, or put the text in double quotes"),
            Rule.of(
                    ".*Expecting a value but got wrong token: (.*)",
                    "$1 where a value is expected; put a value there, in " + "double quotes if it is a text"),
            Rule.of(
                    ".*Expecting end of input or a comma, got (.*)",
                    "$1 after a value; put a comma or a new line before it, or the value in double quotes"),
            Rule.of(
                    ".*Expecting close brace } or a comma, got (.*)",
                    "$1 after a value; put a comma or a new line before it, or the value in double quotes"),
            Rule.of(
                    ".*Could not resolve substitution.*: (\\$\\{.*?}) was part of a cycle.*",
                    "$1 refers to itself; give it a value"),
            Rule.of(
                    ".*Could not resolve substitution to a value: \\$\\{\\??(.*?)}.*",
                    "${$1} has no value; set $1 in the file or the environment, or write ${?$1} where it may"
                            + " be missing"),
            Rule.of(
                    ".*Cannot concatenate.*",
                    "a block or list next to another kind of value; put a new line or comma " + "between them"),
            Rule.of(".*include (?:keyword )?.*", "an include that names no file; write include \"FILE\""),
            Rule.of(".*Cannot load config from URL: (.*)", "can't load $1; correct the include"),
            Rule.of(
                    ".*trailing tokens after first object or array: (.*)",
                    "$1 after the block that is the whole file; " + "remove it, or move it inside"),
            Rule.of(
                    ".*has type LIST rather than object at file root.*",
                    "a list is the whole file; write a block, " + "millrace { … }"),
            Rule.of(
                    ".*path has a leading, trailing, or two adjacent period.*",
                    "a key with a . at its start, its end or " + "before another; remove the ."));

    private SyntaxProblem() {}

    static String of(ConfigException e) {
        if (e instanceof ConfigException.IO) {
            return "can't be read, or is not there; correct the include";
        }
        String message = String.valueOf(e.getMessage());
        String bare = HINT.matcher(message.replaceFirst(PLACE, "")).replaceFirst("");
        for (Rule rule : RULES) {
            Matcher matcher = rule.message().matcher(bare);
            if (matcher.matches()) {
                return rule.apply(matcher);
            }
        }
        return ValueText.plain(bare) + "; correct the syntax here";
    }
}
