package dev.fovea.onnx.export.lowering;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.program.TensorMeta;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which name of the graph holds the present content of each tensor of the program. ONNX has no
 * mutation: an operator that changes its argument defines a new tensor, to which all names of the
 * old content move. Names that show the changed memory in another form (views) become stale;
 * reading one of them is refused instead of being answered with old content.
 */
final class Scope {
  private final Map<String, TensorMeta> metas;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, Set<String>> memory = new HashMap<>();
  private final Set<String> stale = new HashSet<>();

  Scope(Map<String, TensorMeta> metas) {
    this.metas = metas;
  }

  /** Says where the content of a tensor with memory of its own is. */
  void bind(String tensor, String name) {
    names.put(tensor, name);
  }

  /** Says that a tensor shows the memory of another one. */
  void share(String tensor, String other) {
    var group = group(other);
    group.add(tensor);
    memory.put(tensor, group);
  }

  /** Says that the content of a tensor changed. */
  void mutate(String tensor, String name) {
    var old = names.get(tensor);
    for (var each : group(tensor)) {
      if (old != null && old.equals(names.get(each)) && !stale.contains(each)) {
        names.put(each, name);
      } else {
        stale.add(each);
      }
    }
  }

  /** The name in the graph of a tensor or computed integer. */
  String name(String tensor) {
    if (stale.contains(tensor)) {
      throw new Inconvertible(
          "'%s' is read after its memory was changed through another view"
              .formatted(Text.excerpt(tensor)),
          "Save a program without in-place changes: torch.export.save(ep.run_decompositions(),"
              + " path).");
    }
    var name = names.get(tensor);
    if (name == null) {
      throw new Inconvertible(
          "'%s' is a result that ONNX does not have, and is used".formatted(Text.excerpt(tensor)),
          "Change the model so that it does not use that result, or use the Python exporter.");
    }
    return name;
  }

  Value value(String tensor) {
    return new Value(name(tensor), meta(tensor));
  }

  TensorMeta meta(String tensor) {
    var meta = metas.get(tensor);
    if (meta == null) {
      throw new Inconvertible(
          "'%s' has no recorded type and shape".formatted(Text.excerpt(tensor)),
          "Save the program again with torch.export.save.");
    }
    return meta;
  }

  private Set<String> group(String tensor) {
    return memory.computeIfAbsent(tensor, each -> new HashSet<>(Set.of(each)));
  }
}
