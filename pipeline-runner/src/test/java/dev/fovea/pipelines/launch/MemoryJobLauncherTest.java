package dev.fovea.pipelines.launch;

import dev.fovea.pipelines.fixture.MemoryJobLauncher;
import dev.fovea.pipelines.fixture.MemoryJobLauncher.Exit;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class MemoryJobLauncherTest extends JobLauncherContract {
  private final ObjectStore objects = new MemoryObjectStore();
  private final MemoryJobLauncher launcher =
      new MemoryJobLauncher(
          objects,
          true,
          (job, shard, failures, inputs) ->
              switch (job.arguments().get(3)) {
                case "copy" -> Exit.of(inputs);
                case "index" -> said("index", shard + "\n");
                case "flaky" ->
                    failures < 1
                        ? new Exit(1, "", Map.of())
                        : said("said", "after " + failures + "\n");
                case "slow" -> said("said", "done\n");
                case "fail" -> new Exit(1, "no luck", Map.of());
                case "refuse" -> new Exit(4, "this model has no forward", Map.of());
                case "memory" -> new Exit(3, "", Map.of());
                case "time" -> new Exit(-1, "", Map.of());
                case "link" -> new Exit(0, "output 'name' is a link or no plain file", Map.of());
                default -> Exit.of(Map.of());
              });

  private static Exit said(String file, String text) {
    return Exit.of(Map.of(file, text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  protected JobLauncher launcher() {
    return launcher;
  }

  @Override
  protected ObjectStore objects() {
    return objects;
  }
}
