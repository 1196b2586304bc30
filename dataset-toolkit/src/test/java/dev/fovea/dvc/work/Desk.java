package dev.fovea.dvc.work;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.remote.FolderRemote;
import dev.fovea.dvc.remote.PackedObjects;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.transfer.Pushing;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.tree.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A working copy in a folder, and a remote beside it. */
public final class Desk {
  public final Path root;
  public final Path remoteFolder;
  public final WorkingCopy copy;
  public final Remote remote;

  public Desk(Path root, Path remoteFolder) throws IOException {
    this.root = Files.createDirectories(root).toRealPath();
    this.remoteFolder = remoteFolder;
    copy = Files.exists(root.resolve(".dvc")) ? WorkingCopy.around(root) : WorkingCopy.init(root);
    remote = new PackedObjects(new FolderRemote(remoteFolder));
  }

  public static Desk in(Path folder) throws IOException {
    return new Desk(folder.resolve("work"), folder.resolve("remote"));
  }

  /** A second working copy of the same repository and remote, with no cache. */
  public Desk clone(Path folder) throws IOException {
    var other = new Desk(folder, remoteFolder);
    try (var files = Files.list(root)) {
      for (var file : files.filter(each -> each.toString().endsWith(".dvc")).toList()) {
        if (Files.isRegularFile(file)) {
          Files.copy(file, other.root.resolve(file.getFileName()));
        }
      }
    }
    return other;
  }

  public void write(String path, String text) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  public Adding.Added add(String path) throws IOException {
    return new Adding(copy, Progress.NONE).add(root.resolve(path));
  }

  public Status.State status(String path) throws IOException {
    return new Status(copy, Progress.NONE)
        .look().stream()
            .filter(entry -> entry.path().equals(path))
            .findFirst()
            .orElseThrow()
            .state();
  }

  public Pushing.Pushed push() throws IOException {
    return push(UnaryOperator.identity());
  }

  public Pushing.Pushed push(UnaryOperator<Remote> through) throws IOException {
    return new Pushing(copy, through.apply(remote), Progress.NONE).push(copy.tracked());
  }

  /** In packs. */
  public Pushing.Pushed pack(UnaryOperator<Remote> through) throws IOException {
    var to = through.apply(remote);
    return new Pushing(copy, to, Progress.NONE, _ -> true).push(copy.tracked());
  }

  public List<Pulling.Pulled> pull() throws IOException {
    return pull(false);
  }

  public List<Pulling.Pulled> pull(boolean force) throws IOException {
    var pulling = new Pulling(copy, remote, Progress.NONE, force);
    var all = new java.util.ArrayList<Pulling.Pulled>();
    for (var tracked : copy.tracked()) {
      all.add(pulling.pull(tracked));
    }
    return all;
  }

  /** Text by path. */
  public Map<String, String> files(String folder) throws IOException {
    var files = new TreeMap<String, String>();
    var top = root.resolve(folder);
    try (var all = Files.walk(top)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        files.put(top.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }
}
