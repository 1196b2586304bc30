package dev.fovea.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.remote.HttpRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * What {@code dvc add} and {@code dvc push} do, for a machine without Python: the folder's files by
 * MD5 to Fovea's remote, children first, the {@code .dir} last. Which of them are missing it asks
 * at once.
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
    try (var web = new Web(stage.engineer());
        var workers = Executors.newFixedThreadPool(PARALLEL)) {
      var missing = missing(web, directory);
      var work = new ArrayList<Callable<Void>>();
      var sent = new AtomicInteger();
      var bar = stage.narrator().progress("dvc push", missing.size());
      for (var entry : directory.entries()) {
        if (missing.remove(entry.md5())) {
          work.add(() -> {
            send(web, entry.md5(), Files.readAllBytes(folder.resolve(entry.path())));
            bar.accept(sent.incrementAndGet());
            return null;
          });
        }
      }
      for (var done : workers.invokeAll(work)) {
        done.get();
      }
      send(web, directory.name(), directory.bytes());
      return work.size();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private Set<String> missing(Web web, DvcDirectory directory)
      throws IOException, InterruptedException {
    var names =
        directory.entries().stream().map(DvcDirectory.Entry::md5).collect(Collectors.joining("\n"));
    var path = "/dvc/%s/%s".formatted(stage.project(), HttpRemote.MISSING);
    return web.require("POST", path, "text/plain", names.getBytes(US_ASCII))
        .text()
        .lines()
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void send(Web web, String name, byte[] content) throws IOException, InterruptedException {
    var path =
        "/dvc/%s/files/md5/%s/%s"
            .formatted(stage.project(), name.substring(0, 2), name.substring(2));
    web.require("POST", path, "application/octet-stream", content);
  }
}
