package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.rest.Refusal;
import dev.fovea.cli.imports.source.HeldPath;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Brings the files of runs and logged models. */
final class FileTransfer {
  private final Fovea fovea;
  private final Remarks remarks;
  private final Progress progress;
  private final Tally source;
  private final Tally here;
  private final boolean readAll;

  /**
   * @param readAll whether a file that is far away is read again where one of its size is here
   */
  FileTransfer(
      Fovea fovea, Remarks remarks, Progress progress, Tally source, Tally here, boolean readAll) {
    this.fovea = fovea;
    this.remarks = remarks;
    this.progress = progress;
    this.source = source;
    this.here = here;
    this.readAll = readAll;
  }

  /**
   * Uploads what is missing or differs, then looks at what the server has.
   *
   * @param whose for people
   */
  void bring(String whose, Fovea.Owner owner, List<SourceFile> listed) throws IOException {
    listed.forEach(file -> source.file(file.bytes()));
    var files = held(whose, listed);
    if (files.isEmpty()) {
      return;
    }
    var there = fovea.files(owner);
    var digests = new HashMap<String, String>();
    boolean sent = false;
    for (var file : files) {
      try {
        if (!isHere(file, there.get(file.path()), digests)) {
          sent = true;
          digests.put(file.path(), send(owner, file));
        }
      } catch (Refusal e) {
        if (e.status() == 0 || e.status() >= 500 || e.status() == 401) {
          throw e;
        }
        failed(whose, file, e.explanation());
      } catch (IOException e) {
        failed(whose, file, String.valueOf(e.getMessage()));
      }
    }
    compare(whose, files, sent ? fovea.files(owner) : there, digests);
  }

  private List<SourceFile> held(String whose, List<SourceFile> listed) {
    var held = new LinkedHashMap<String, SourceFile>();
    for (var file : listed) {
      var path = HeldPath.of(file.path());
      if (!path.equals(file.path())) {
        remarks.note(
            "file '%s' of %s is kept as '%s'"
                .formatted(Text.excerpt(file.path()), whose, Text.excerpt(path)));
      }
      var kept = new SourceFile(path, file.bytes(), file.near(), file.content());
      if (held.putIfAbsent(path, kept) != null) {
        failed(whose, file, "another file is kept as '%s'".formatted(Text.excerpt(path)));
      }
    }
    return List.copyOf(held.values());
  }

  private boolean isHere(
      SourceFile file, Fovea.@Nullable Stored stored, Map<String, String> digests)
      throws IOException {
    if (stored == null || stored.bytes() != file.bytes()) {
      return false;
    }
    if (!file.near() && !readAll) {
      digests.put(file.path(), stored.digest());
      return true;
    }
    var digest = Hashing.digest(file);
    digests.put(file.path(), digest);
    return digest.equals(stored.digest());
  }

  private String send(Fovea.Owner owner, SourceFile file) throws IOException {
    var reading = new AtomicReference<Hashing>();
    try {
      fovea.upload(owner, file.path(), () -> anew(file, reading));
      return Objects.requireNonNull(reading.get(), "a request with a body was sent").digest();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (Refusal | IOException e) {
      var failure = failure(reading);
      if (failure != null) {
        throw failure;
      }
      throw e;
    } finally {
      close(reading);
    }
  }

  // What fails on the source's side is not tried again.
  private BodyPublisher anew(SourceFile file, AtomicReference<Hashing> reading) {
    try {
      var failure = failure(reading);
      if (failure != null) {
        throw failure;
      }
      close(reading);
      var opened = Hashing.open(file, bytes -> progress.did(0, bytes));
      reading.set(opened);
      return BodyPublishers.ofInputStream(() -> opened);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable IOException failure(AtomicReference<Hashing> reading) {
    var read = reading.get();
    return read == null ? null : read.failure();
  }

  private static void close(AtomicReference<Hashing> reading) throws IOException {
    var read = reading.get();
    if (read != null) {
      read.close();
    }
  }

  private void compare(
      String whose,
      List<SourceFile> files,
      Map<String, Fovea.Stored> there,
      Map<String, String> digests) {
    for (var file : files) {
      var stored = there.get(file.path());
      var digest = digests.get(file.path());
      if (stored != null && digest != null && digest.equals(stored.digest())) {
        here.file(stored.bytes());
      } else if (digest != null) {
        failed(
            whose,
            file,
            stored == null
                ? "it was sent, and the server does not list it"
                : "the server has %d bytes with %s (expected: %d with %s)"
                    .formatted(stored.bytes(), stored.digest(), file.bytes(), digest));
      }
    }
  }

  private void failed(String whose, SourceFile file, String why) {
    remarks.fault("file '%s' of %s: %s".formatted(Text.excerpt(file.path()), whose, why));
  }
}
