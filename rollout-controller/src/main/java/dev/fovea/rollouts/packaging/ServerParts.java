package dev.fovea.rollouts.packaging;

import ai.onnxruntime.OrtEnvironment;
import com.fasterxml.jackson.annotation.JsonCreator;
import dev.fovea.kernel.Digest;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.serving.ModelServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.NullMarked;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jars and native libraries that a model server needs, taken from this very process: from jars,
 * from jars within Fovea's executable jar, or from class folders. The same classes give the same
 * bytes.
 */
final class ServerParts {
  private static final String NATIVE = "ai/onnxruntime/native/";
  private static final List<String> LIBRARIES =
      List.of("libonnxruntime.so", "libonnxruntime4j_jni.so");
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final List<Part> PARTS =
      List.of(
          new Part("kernel", Digest.class),
          new Part("onnx-toolkit", InferenceSession.class),
          new Part("model-server", ModelServer.class),
          new Part("onnxruntime", OrtEnvironment.class),
          new Part("jackson-annotations", JsonCreator.class),
          new Part("jackson-core", JsonFactory.class),
          new Part("jackson-databind", JsonMapper.class),
          new Part("jspecify", NullMarked.class));

  private ServerParts() {}

  private record Part(String name, Class<?> witness) {}

  /** Which processor the libraries are for, in the words of OCI: {@code amd64} or {@code arm64}. */
  static String architecture() {
    return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
      case "aarch64", "arm64" -> "arm64";
      default -> "amd64";
    };
  }

  /** Writes {@code lib/*.jar} and {@code native/*.so} into a folder that isn't there yet. */
  static void write(Path folder) throws IOException {
    var libraries = Files.createDirectories(folder.resolve("lib"));
    Files.createDirectories(folder.resolve("native"));
    for (var part : PARTS) {
      var jar = libraries.resolve(part.name() + ".jar");
      var source = source(part.witness());
      if (part.witness() == OrtEnvironment.class) {
        withoutNatives(source, jar, folder.resolve("native"));
      } else if (source.getProtocol().equals("file") && Files.isDirectory(file(source))) {
        pack(file(source), jar);
      } else {
        try (var in = open(source)) {
          Files.copy(in, jar);
        }
      }
    }
  }

  private static URL source(Class<?> witness) {
    return Objects.requireNonNull(
        witness.getProtectionDomain().getCodeSource().getLocation(), witness.getName());
  }

  private static Path file(URL url) {
    return Path.of(URI.create(url.toString()));
  }

  /**
   * A jar within a jar is {@code jar:nested:…!/} for a class loader and {@code nested:…} for
   * reading.
   */
  private static InputStream open(URL source) throws IOException {
    var text = source.toString();
    if (text.startsWith("jar:nested:")) {
      text = text.substring("jar:".length()).replaceAll("!/$", "");
    }
    return URI.create(text).toURL().openStream();
  }

  /**
   * The ONNX Runtime jar holds libraries for every system; an image needs those of one, as files.
   */
  private static void withoutNatives(URL source, Path jar, Path natives) throws IOException {
    var wanted = NATIVE + (architecture().equals("arm64") ? "linux-aarch64/" : "linux-x64/");
    try (var in = new ZipInputStream(open(source));
        var out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        var name = entry.getName();
        if (entry.isDirectory()) {
          continue;
        }
        if (name.startsWith(wanted)) {
          var library = Path.of(name).getFileName();
          Files.copy(in, natives.resolve(Objects.requireNonNull(library)));
        } else if (!name.startsWith(NATIVE) && !name.startsWith("META-INF/")) {
          put(out, name, in);
        }
      }
    }
    asFiles(natives);
  }

  /** Fovea's own image has them as files, not in the jar. */
  private static void asFiles(Path natives) throws IOException {
    var folder = System.getProperty("onnxruntime.native.path", "");
    for (var library : LIBRARIES) {
      var wanted = natives.resolve(library);
      if (Files.notExists(wanted)) {
        Files.copy(Path.of(folder, library), wanted);
      }
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (var files = Files.walk(classes);
        var out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        try (var in = Files.newInputStream(file)) {
          put(out, classes.relativize(file).toString().replace('\\', '/'), in);
        }
      }
    }
  }

  private static void put(ZipOutputStream out, String name, InputStream in) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    out.putNextEntry(entry);
    in.transferTo(out);
    out.closeEntry();
  }
}
