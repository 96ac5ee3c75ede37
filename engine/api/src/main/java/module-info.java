/** What a program that embeds the engine imports. */
module millrace.api {
    requires transitive org.agrona;
    requires transitive typesafe.config;

    exports io.millrace;
    exports io.millrace.statistics;

    uses io.millrace.EngineProvider;
}
