package dev.fovea.postgres;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL's programs in a folder that is named by their archive's digest: a new version gets a
 * new folder, and half an unpacking is never taken for a whole one.
 */
record Binaries(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);

  /** How folders are called that are not whole yet. */
  static final String UNFINISHED = "unfinished-";

  private static final Duration SURELY_KILLED = Duration.ofHours(1);

  Path program(String name) {
    return folder.resolve("bin").resolve(isWindows() ? name + ".exe" : name);
  }

  /** Those of this machine, unpacked below the parent where they are not there yet. */
  static Binaries unpacked(Path parent) throws IOException {
    var archive = Archive.ofThisMachine();
    return placed(parent, archive, archive::unpackInto);
  }

  /**
   * The same by way of a cache folder that keeps them for all homes of this user. Unpacking takes
   * seconds of a processor and 60 MB; what is kept is linked, file by file, and a home has paths of
   * its own all the same. Where it can't be kept or linked, they are unpacked.
   */
  static Binaries linked(Path parent, Path cache) throws IOException {
    var archive = Archive.ofThisMachine();
    return placed(
        parent,
        archive,
        folder -> {
          var kept = kept(cache, archive);
          if (kept.isEmpty() || !link(kept.get(), folder)) {
            archive.unpackInto(folder);
          }
        });
  }

  private interface Filling {
    void into(Path folder) throws IOException;
  }

  private static Binaries placed(Path parent, Archive archive, Filling filling) throws IOException {
    var folder = parent.resolve("binaries-" + archive.digest().abbreviated());
    if (!Files.isDirectory(folder)) {
      var unfinished = parent.resolve(UNFINISHED + "binaries-" + ProcessHandle.current().pid());
      delete(unfinished);
      filling.into(unfinished);
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

  private static Optional<Path> kept(Path cache, Archive archive) {
    try {
      // Whoever else could write there would choose what this user runs.
      var folder = HomeLock.folder(cache, "postgres");
      if (!isOurs(folder)) {
        throw new PostgresProblem.HomeNotOurs(
            folder, "belongs to " + Files.getOwner(folder).getName());
      }
      deleteUnfinished(folder, Instant.now().minus(SURELY_KILLED));
      return Optional.of(placed(folder, archive, archive::unpackInto).folder());
    } catch (IOException | PostgresProblem e) {
      LOG.warn("PostgreSQL is not kept for other homes, each unpacks its own: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean isOurs(Path folder) throws IOException {
    var probe = Files.createTempFile(folder, "owner", "");
    try {
      return Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe));
    } finally {
      Files.delete(probe);
    }
  }

  /** Whether every file could be linked; else nothing is left. */
  private static boolean link(Path from, Path to) throws IOException {
    try {
      Files.walkFileTree(
          from,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
                throws IOException {
              Files.createDirectory(to.resolve(from.relativize(visited)));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              var place = to.resolve(from.relativize(file));
              if (attributes.isSymbolicLink()) {
                Files.createSymbolicLink(place, Files.readSymbolicLink(file));
              } else {
                Files.createLink(place, file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("PostgreSQL can't be linked into {}", to, e);
      delete(to);
      return false;
    }
  }

  /**
   * Deletes what killed processes left half made, but for what an initdb still writes to, whose
   * turn comes with the next start. Only where nobody else may be making it.
   */
  static void deleteUnfinished(Path parent) throws IOException {
    deleteUnfinished(parent, Instant.MAX);
  }

  private static void deleteUnfinished(Path parent, Instant before) throws IOException {
    try (var entries = Files.newDirectoryStream(parent, UNFINISHED + "*")) {
      for (var entry : entries) {
        if (Files.getLastModifiedTime(entry).toInstant().isBefore(before)) {
          deleteUnlessWrittenTo(entry);
        }
      }
    }
  }

  private static void deleteUnlessWrittenTo(Path folder) throws IOException {
    try {
      delete(folder);
    } catch (DirectoryNotEmptyException e) {
      LOG.info("{} is still being written to; it is deleted with the next start", folder);
    }
  }

  /**
   * Deletes a folder with all that is in it; links are deleted, not followed. What is gone before
   * its turn counts as deleted: an initdb whose parent was killed may be at it as well.
   */
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
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static boolean isWindows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  }
}
