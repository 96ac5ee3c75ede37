package io.millrace.lab.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Jars of what Maven has compiled: a test run comes before Maven packs them. */
final class Jars {
    private Jars() {}

    /** Packs the files of a folder. */
    static void pack(Path folder, Path jar, Manifest manifest) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var files = Files.walk(folder)) {
            for (Path part : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(folder.relativize(part).toString()));
                Files.copy(part, out);
            }
        }
    }

    /** Packs nothing but a manifest. */
    static void pack(Path jar, Manifest manifest) throws IOException {
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }
}
