package dev.fovea.dvc.cache;

import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.CheckedCopy;
import dev.fovea.dvc.disk.Reflink;
import dev.fovea.dvc.disk.WorkProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives files the bytes of the cache's objects, by the first kind of {@code cache.type} that works
 * (dvc-objects 5.2, {@code fs/generic.py}): between two file systems, or where a file has as many
 * names as it may, the next one is taken. What leads to an object is read-only. Many threads may
 * use it at once.
 */
public final class Linking {
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final ObjectCache cache;
  private final List<LinkType> types;
  private volatile boolean clones;

  /**
   * @param types in the order in which they are tried
   */
  public Linking(ObjectCache cache, List<LinkType> types) throws IOException {
    this.cache = cache;
    this.types = types;
    clones = Reflink.mayWork(cache.objects());
  }

  /** Looks at bytes before somebody relies on them. */
  private interface Check {
    /** Answers how many there are. */
    long of(Path file) throws IOException;
  }

  /** Writes bytes to a file that is not there yet. */
  private interface Copying {
    long to(Path fresh) throws IOException;
  }

  /**
   * Makes a file that is not there yet, from an object whose bytes are read and checked.
   *
   * @return its length in bytes
   * @throws WorkProblem when the object's bytes are not what its name says, or no kind works
   */
  public long place(Path object, Path fresh, Entry entry) throws IOException {
    return place(
        object,
        fresh,
        file -> CheckedCopy.check(file, object, entry, cache.naming()),
        to -> CheckedCopy.write(object, to, entry, cache.naming()));
  }

  /**
   * The same for an object that was checked just now.
   *
   * @param bytes all of it
   */
  public void place(Path object, Path fresh, ByteBuffer bytes) throws IOException {
    place(
        object,
        fresh,
        _ -> bytes.limit(),
        to -> {
          try (var channel = Files.newByteChannel(to, NEW)) {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          }
          return bytes.limit();
        });
  }

  /**
   * Makes a file that is not there yet, from an object whose bytes are read and checked, unless no
   * kind works.
   *
   * @return its length in bytes
   * @throws WorkProblem when the object's bytes are not what its name says
   */
  public Optional<Long> tryPlacing(Path object, Path fresh, Entry entry) throws IOException {
    return place(
        object,
        fresh,
        file -> CheckedCopy.check(file, object, entry, cache.naming()),
        to -> CheckedCopy.write(object, to, entry, cache.naming()),
        new ArrayList<>());
  }

  /** A kind that did not work, and why. */
  private record Failed(LinkType type, String reason) {
    @Override
    public String toString() {
      return "%s (%s)".formatted(name(type), reason);
    }
  }

  private long place(Path object, Path fresh, Check check, Copying copying) throws IOException {
    var failed = new ArrayList<Failed>();
    return place(object, fresh, check, copying, failed)
        .orElseThrow(() ->
            new WorkProblem(
                "no kind of cache.type works from %s to %s: %s"
                    .formatted(
                        cache.objects(),
                        AtomicFiles.parent(fresh),
                        failed.stream().map(Failed::toString).collect(Collectors.joining(", "))),
                "let files be copied where links can't be made: dvc config cache.type %s,copy"
                    .formatted(
                        String.join(",", types.stream().map(Linking::name).distinct().toList()))));
  }

  private static String name(LinkType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private Optional<Long> place(
      Path object, Path fresh, Check check, Copying copying, List<Failed> failed)
      throws IOException {
    for (var type : types) {
      var reason = "not there";
      try {
        var placed =
            switch (type) {
              case REFLINK -> cloned(object, fresh, check);
              case HARDLINK -> Optional.of(hard(object, fresh, check));
              case SYMLINK -> Optional.of(soft(object, fresh, check));
              case COPY -> Optional.of(copying.to(fresh));
            };
        if (placed.isPresent()) {
          return placed;
        }
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        throw e;
      } catch (FileSystemException e) {
        if (type == LinkType.COPY) {
          throw e;
        }
        reason = String.valueOf(e.getReason());
      } catch (UnsupportedOperationException _) {
        // Nor does the JDK know such links there.
      }
      failed.add(new Failed(type, reason));
    }
    return Optional.empty();
  }

  private Optional<Long> cloned(Path object, Path fresh, Check check) throws IOException {
    if (!clones) {
      return Optional.empty();
    }
    if (!Reflink.clone(object, fresh)) {
      clones = false;
      return Optional.empty();
    }
    try {
      return Optional.of(check.of(fresh));
    } catch (WorkProblem e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
  }

  private long hard(Path object, Path fresh, Check check) throws IOException {
    long bytes = check.of(object);
    if (bytes == 0) {
      // As DVC does: all empty files of all folders would be one file of too many names.
      Files.createFile(fresh);
      return 0;
    }
    cache.protect(object);
    Files.createLink(fresh, object.toRealPath());
    return bytes;
  }

  private long soft(Path object, Path fresh, Check check) throws IOException {
    long bytes = check.of(object);
    cache.protect(object);
    Files.createSymbolicLink(fresh, object);
    return bytes;
  }
}
