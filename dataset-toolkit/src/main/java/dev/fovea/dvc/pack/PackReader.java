package dev.fovea.dvc.pack;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads objects out of packs. A store reads a megabyte to give twenty kilobytes of a large object;
 * so where one object after the other is asked for, more than that is read and kept for what comes
 * next: at most 4 MiB at once, of 8 packs.
 */
public final class PackReader {
  private static final int PACKS = 8;
  private static final int FIRST = 256 << 10;
  private static final int MOST = 4 << 20;

  /** How far from the end of what was read what comes next may begin. */
  private static final int NEAR = 1 << 20;

  private final PackFiles files;
  private final Map<String, Windows> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Windows> eldest) {
          return size() > PACKS;
        }
      };

  public PackReader(PackFiles files) {
    this.files = files;
  }

  /**
   * An object's bytes, which are not checked here; absent where the pack is gone.
   *
   * @throws PackRefused when the pack ends before the object does
   */
  public Optional<byte[]> read(PackIndex pack, int object) throws IOException {
    int length = pack.length(object);
    if (length == 0) {
      return Optional.of(new byte[0]);
    }
    Windows of;
    synchronized (windows) {
      of = windows.computeIfAbsent(pack.name(), _ -> new Windows());
    }
    return of.read(pack, pack.offset(object), length);
  }

  /**
   * A part of a pack that was read.
   *
   * @param from its first byte's place in the pack
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Window(long from, byte[] bytes) {
    boolean has(long offset, int length) {
      return offset >= from && offset + length <= from + bytes.length;
    }

    byte[] part(long offset, int length) {
      int at = (int) (offset - from);
      return Arrays.copyOfRange(bytes, at, at + length);
    }
  }

  /** The last two parts of one pack: threads that read it side by side are not all at one place. */
  private final class Windows {
    private Window last = new Window(0, new byte[0]);
    private Window before = last;
    private long next = -1;
    private int ahead;

    synchronized Optional<byte[]> read(PackIndex pack, long offset, int length) throws IOException {
      for (var window : new Window[] {last, before}) {
        if (window.has(offset, length)) {
          return Optional.of(window.part(offset, length));
        }
      }
      boolean near = next >= 0 && Math.abs(offset - next) <= NEAR;
      ahead = near ? Math.clamp(ahead * 2L, FIRST, MOST) : 0;
      long from = near && next < offset ? next : offset;
      // To where an object ends, so that none is read twice.
      long end = pack.endBefore(from + Math.max(ahead, length), offset + length);
      var name = pack.name() + ".pack";
      var read = files.read(name, from, (int) (end - from));
      if (read.isEmpty()) {
        return Optional.empty();
      }
      if (read.get().length < end - from) {
        throw PackRefused.pack(
            pack.name(),
            "it ends at byte %d (expected: at byte %d, as its index says)"
                .formatted(from + read.get().length, pack.packBytes()));
      }
      before = last;
      last = new Window(from, read.get());
      next = end;
      return Optional.of(last.part(offset, length));
    }
  }
}
