package dev.fovea.onnx.export.lowering.call;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.program.TensorMeta;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which name of the graph holds the present content of each tensor of the program. ONNX has no
 * mutation: an operator that changes its argument defines a new tensor. If the argument is a view,
 * the tensors that it shows get new content too, up to the one whose memory it is; every other view
 * of that memory is made again from its new content when it is next read.
 */
public final class Scope {
  private static final String FUNCTIONAL =
      "Save a program without in-place changes: torch.export.save(ep.run_decompositions(), path).";

  /** Views made again and changes passed on; a hostile program could ask for ever more of them. */
  private static final int MAX_REWRITES = 100_000;

  /** How the results of a call follow the memory that they show. */
  public interface Showing {
    /** Names of the results made from the present content of the argument. */
    List<String> again();

    /** The new content of the argument; empty if that cannot be said. */
    Optional<String> written(int result, String changed);
  }

  /** Memory that one or more tensors show; each change of any of them is one more version. */
  private static final class Memory {
    private int version;
  }

  /** The results of one call that show the memory of one argument. */
  private static final class Family {
    private final Slot shown;
    private final Showing showing;
    private int version;
    private List<String> names;

    Family(Slot shown, Showing showing, List<String> names) {
      this.shown = shown;
      this.showing = showing;
      this.version = shown.memory.version;
      this.names = names;
    }
  }

  /** A tensor of the program. */
  private static final class Slot {
    private final String tensor;
    private final Memory memory;
    private final @Nullable Family family;
    private final int result;
    private @Nullable String name;
    private int version;

    Slot(String tensor, Memory memory, @Nullable Family family, int result, String name) {
      this.tensor = tensor;
      this.memory = memory;
      this.family = family;
      this.result = result;
      this.name = name;
      this.version = memory.version;
    }

    void hold(@Nullable String content) {
      name = content;
      version = memory.version;
    }
  }

  private final Map<String, TensorMeta> metas;
  private final BiConsumer<String, String> renamed;
  private final Map<String, Slot> slots = new HashMap<>();
  private int rewrites;

  /**
   * @param renamed told of each tensor that gets another name, and of the name
   */
  public Scope(Map<String, TensorMeta> metas, BiConsumer<String, String> renamed) {
    this.metas = metas;
    this.renamed = renamed;
  }

  /** Says where the content of a tensor with memory of its own is. */
  public void bind(String tensor, String name) {
    slots.put(tensor, new Slot(tensor, new Memory(), null, 0, name));
  }

  /** Says that tensors, the results of one call, show the memory of another one. */
  public void show(List<String> tensors, List<String> names, String shown, Showing showing) {
    var slot = slot(shown);
    var family = new Family(slot, showing, names);
    for (int i = 0; i < Math.min(tensors.size(), names.size()); i++) {
      slots.put(tensors.get(i), new Slot(tensors.get(i), slot.memory, family, i, names.get(i)));
    }
  }

  /** Says that the content of a tensor changed. */
  public void mutate(String tensor, String name) {
    var changed = slot(tensor);
    var chain = new ArrayList<Slot>();
    var contents = new ArrayList<Optional<String>>();
    var content = Optional.of(name);
    for (var slot = changed; ; ) {
      chain.add(slot);
      contents.add(content);
      var family = slot.family;
      if (family == null) {
        break;
      }
      spend();
      int result = slot.result;
      content = content.flatMap(each -> family.showing.written(result, each));
      slot = family.shown;
    }
    changed.memory.version++;
    for (int i = 0; i < chain.size(); i++) {
      chain.get(i).hold(contents.get(i).orElse(null));
      var holder = chain.get(i).tensor;
      contents.get(i).ifPresent(each -> renamed.accept(holder, each));
    }
  }

  /** The name in the graph of a tensor or computed integer. */
  public String name(String tensor) {
    var slot = slot(tensor);
    // From the memory's owner outwards, in a loop: a program may chain any number of views.
    var stale = new ArrayDeque<Slot>();
    for (var each = slot; each.family != null && each.version != each.memory.version; ) {
      stale.push(each);
      each = each.family.shown;
    }
    stale.forEach(this::refresh);
    if (slot.name == null) {
      throw lost(tensor);
    }
    return slot.name;
  }

  Value value(String tensor) {
    return new Value(name(tensor), meta(tensor));
  }

  public TensorMeta meta(String tensor) {
    var meta = metas.get(tensor);
    if (meta == null) {
      throw new Inconvertible(
          "'%s' has no recorded type and shape".formatted(Text.excerpt(tensor)),
          "Save the program again with torch.export.save.");
    }
    return meta;
  }

  /** The refusal to read what was changed through a view in a way that is not followed. */
  public static Inconvertible lost(String tensor) {
    return new Inconvertible(
        "'%s' is read after its memory was changed through another view"
            .formatted(Text.excerpt(tensor)),
        FUNCTIONAL);
  }

  private void refresh(Slot slot) {
    var family = slot.family;
    if (family == null) {
      return;
    }
    if (family.version != slot.memory.version) {
      spend();
      family.names = family.showing.again();
      family.version = slot.memory.version;
    }
    var name = family.names.get(slot.result);
    slot.hold(name);
    renamed.accept(slot.tensor, name);
  }

  private void spend() {
    if (++rewrites > MAX_REWRITES) {
      throw new Inconvertible(
          "the program changes memory that is shown by others more than %d times"
              .formatted(MAX_REWRITES),
          FUNCTIONAL);
    }
  }

  private Slot slot(String tensor) {
    var slot = slots.get(tensor);
    if (slot == null) {
      throw new Inconvertible(
          "'%s' is a result that ONNX does not have, and is used".formatted(Text.excerpt(tensor)),
          "Change the model so that it does not use that result, or use the Python exporter.");
    }
    return slot;
  }
}
