package dev.fovea.pipelines.launch.process;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.launch.JobFiles;
import dev.fovea.pipelines.launch.JobState;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is known of one shard, in files, so that it outlives this process: each appears whole, by a
 * rename.
 *
 * <pre>
 * lock         held by the shard's processes, whoever started them
 * pid          the supervisor of the try that runs, or ran last
 * tries        a line a try
 * in/          the inputs
 * out.part/    where the try that runs writes; becomes out/ when its program exits with 0
 * log          standard output and error of the last try
 * exit         the program's exit status and the seconds that it took
 * result.json  the outputs' digests; the end
 * failed.json  why it failed for good; the end
 * </pre>
 */
record ShardFolder(Path path) {
  private static final int LOG_TAIL_BYTES = 2_000;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How the program of the last try ended. */
  record Exit(int status, long seconds) {}

  Path lock() {
    return path.resolve("lock");
  }

  Path log() {
    return path.resolve("log");
  }

  Path in() {
    return path.resolve("in");
  }

  Path partialOut() {
    return path.resolve("out.part");
  }

  Path temporary() {
    return path.resolve("tmp");
  }

  Optional<Map<String, Digest>> result() throws IOException {
    return read("result.json").flatMap(JobFiles::outputs);
  }

  Optional<JobState.Failed> failed() throws IOException {
    return read("failed.json").map(text -> JSON.readValue(text, JobState.Failed.class));
  }

  Optional<Exit> exit() throws IOException {
    return read("exit")
        .map(text -> text.strip().split(" "))
        .map(words -> new Exit(Integer.parseInt(words[0]), Long.parseLong(words[1])));
  }

  int tries() throws IOException {
    return read("tries").map(text -> (int) text.lines().count()).orElse(0);
  }

  Optional<Long> pid() throws IOException {
    return read("pid").map(text -> Long.parseLong(text.strip()));
  }

  /** The end of what the last try said. */
  String lastWords() throws IOException {
    if (!Files.exists(log())) {
      return "";
    }
    try (var file = Files.newByteChannel(log())) {
      file.position(Math.max(0, file.size() - LOG_TAIL_BYTES));
      var bytes = java.nio.channels.Channels.newInputStream(file).readNBytes(LOG_TAIL_BYTES);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    }
  }

  /** Makes the folder and brings the inputs, whole or not at all. */
  void prepare(ObjectStore objects, Map<String, Digest> inputs) throws IOException {
    if (Files.exists(in())) {
      return;
    }
    var partial = path.resolve("in.part");
    delete(partial);
    Files.createDirectories(partial);
    JobFiles.fetch(objects, inputs, partial);
    Files.move(partial, in(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Stores what the program left, and ends the shard. */
  void finish(ObjectStore objects) throws IOException {
    try {
      write("result.json", JSON.writeValueAsString(JobFiles.collect(objects, path.resolve("out"))));
      for (var each : new String[] {"in", "out", "out.part", "tmp"}) {
        delete(path.resolve(each));
      }
    } catch (JobFiles.BadOutput e) {
      fail(new JobState.Failed(JobState.Reason.OUTPUT, String.valueOf(e.getMessage())));
    }
  }

  void fail(JobState.Failed failed) throws IOException {
    write("failed.json", JSON.writeValueAsString(failed));
  }

  /** Forgets the last try's end, so that another can begin. */
  void clearExit() throws IOException {
    delete(path.resolve("out"));
    Files.deleteIfExists(path.resolve("exit"));
  }

  /** Removes a folder and what is in it, without following a link. */
  static void delete(Path folder) throws IOException {
    try {
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
            public FileVisitResult postVisitDirectory(
                Path visited, java.io.@org.jspecify.annotations.Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // It is gone, which is what was wanted.
    }
  }

  private void write(String name, String text) throws IOException {
    var temporary = path.resolve(name + ".tmp");
    Files.writeString(temporary, text);
    Files.move(
        temporary,
        path.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private Optional<String> read(String name) throws IOException {
    try {
      return Optional.of(Files.readString(path.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
