package dev.fovea.dvc.transfer;

import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Does what it is asked for so many times; then that once more, or not, and nothing after. To the
 * remote behind it that is what a kill is to whoever asks.
 */
public final class Dying implements Remote {
  public static final String CUT_OFF = "cut off";

  private final Remote behind;
  private final int requests;
  private final AtomicInteger left;
  private final boolean lastIsDone;

  /**
   * @param lastIsDone whether what nobody gets an answer to is done all the same
   */
  public Dying(Remote behind, int requests, boolean lastIsDone) {
    this.behind = behind;
    this.requests = requests;
    this.left = new AtomicInteger(requests);
    this.lastIsDone = lastIsDone;
  }

  /** How many requests have come. */
  public int asked() {
    return requests - left.get();
  }

  private interface Asked<T> {
    T answer() throws IOException;
  }

  private <T> T ask(Asked<T> asked) throws IOException {
    int now = left.getAndDecrement();
    if (now <= 0) {
      if (now == 0 && lastIsDone) {
        asked.answer();
      }
      throw new IOException(CUT_OFF);
    }
    return asked.answer();
  }

  private interface Told {
    void done() throws IOException;
  }

  private void tell(Told told) throws IOException {
    ask(() -> {
      told.done();
      return true;
    });
  }

  @Override
  public String address() {
    return behind.address();
  }

  @Override
  public Optional<PackFiles> packFiles() {
    return behind.packFiles().map(Files::new);
  }

  @Override
  public Optional<Listed> find(String name) throws IOException {
    return ask(() -> behind.find(name));
  }

  @Override
  public void list(String prefix, Consumer<Listed> each) throws IOException {
    tell(() -> behind.list(prefix, each));
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    return ask(() -> behind.open(name));
  }

  @Override
  public void put(Upload object) throws IOException {
    tell(() -> behind.put(object));
  }

  @Override
  public void mark(String name, String text) throws IOException {
    tell(() -> behind.mark(name, text));
  }

  @Override
  public void unmark(String name) throws IOException {
    tell(() -> behind.unmark(name));
  }

  @Override
  public List<Marker> markers() throws IOException {
    return ask(behind::markers);
  }

  @Override
  public void remove(Collection<String> names) throws IOException {
    tell(() -> behind.remove(names));
  }

  @Override
  public void close() throws IOException {
    behind.close();
  }

  private final class Files implements PackFiles {
    private final PackFiles packs;

    Files(PackFiles packs) {
      this.packs = packs;
    }

    @Override
    public void put(String name, byte[] bytes, int length, Digest sha256) throws IOException {
      tell(() -> packs.put(name, bytes, length, sha256));
    }

    @Override
    public void put(String name, Path file) throws IOException {
      tell(() -> packs.put(name, file));
    }

    @Override
    public Optional<InputStream> open(String name) throws IOException {
      return ask(() -> packs.open(name));
    }

    @Override
    public Optional<byte[]> read(String name, long offset, int length) throws IOException {
      return ask(() -> packs.read(name, offset, length));
    }

    @Override
    public Optional<PackFile> find(String name) throws IOException {
      return ask(() -> packs.find(name));
    }

    @Override
    public void list(Consumer<PackFile> each) throws IOException {
      tell(() -> packs.list(each));
    }

    @Override
    public void remove(Collection<String> names) throws IOException {
      tell(() -> packs.remove(names));
    }
  }
}
