package dev.fovea.demo;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What {@code dvc add} and {@code dvc push} do, for a machine without Python: the folder's files by
 * MD5 to an HTTP remote, children first, the {@code .dir} last.
 */
final class DvcPush {
  private static final int PARALLEL = 8;
  private final Stage stage;

  DvcPush(Stage stage) {
    this.stage = stage;
  }

  /**
   * Pushes the folder {@code name} below the parent and writes its {@code .dvc} file beside it.
   *
   * @return how many files were sent; those that the remote has are not sent again
   */
  int push(Path parent, String name) throws IOException, InterruptedException {
    var folder = parent.resolve(name);
    var entries = new ArrayList<DvcDirectory.Entry>();
    long bytes = 0;
    for (var file : files(folder)) {
      var content = Files.readAllBytes(file);
      bytes += content.length;
      entries.add(
          new DvcDirectory.Entry(
              Md5.hex(content), folder.relativize(file).toString().replace('\\', '/')));
    }
    var directory = new DvcDirectory(entries);
    int sent = sendAll(folder, directory);
    Files.writeString(
        parent.resolve(name + ".dvc"),
        DvcFile.tracking(name, directory.name(), bytes, entries.size()).text());
    return sent;
  }

  private static java.util.List<Path> files(Path folder) throws IOException {
    try (var walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private int sendAll(Path folder, DvcDirectory directory)
      throws IOException, InterruptedException {
    var sent = new AtomicInteger();
    var seen = new AtomicInteger();
    var bar = stage.narrator().progress("dvc push", directory.entries().size());
    try (var web = new Web(stage.engineer());
        var workers = Executors.newFixedThreadPool(PARALLEL)) {
      var work = new ArrayList<Callable<Boolean>>();
      for (var entry : directory.entries()) {
        work.add(() -> {
          if (sendIfMissing(web, entry.md5(), Files.readAllBytes(folder.resolve(entry.path())))) {
            sent.incrementAndGet();
          }
          bar.accept(seen.incrementAndGet());
          return true;
        });
      }
      for (Future<Boolean> done : workers.invokeAll(work)) {
        done.get();
      }
      sendIfMissing(web, directory.name(), directory.bytes());
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return sent.get();
  }

  private boolean sendIfMissing(Web web, String name, byte[] content)
      throws IOException, InterruptedException {
    var path =
        "/dvc/%s/files/md5/%s/%s"
            .formatted(stage.project(), name.substring(0, 2), name.substring(2));
    if (web.send("HEAD", path, "", new byte[0]).good()) {
      return false;
    }
    web.require("POST", path, "application/octet-stream", content);
    return true;
  }
}
