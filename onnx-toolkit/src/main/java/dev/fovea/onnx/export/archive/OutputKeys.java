package dev.fovea.onnx.export.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds the keys of the dictionary that a program returns. They are in JSON text inside JSON text:
 * the output tree of the outermost module, whose root of type {@code builtins.dict} has the keys as
 * its context.
 */
final class OutputKeys {
  private static final int MAX_ITEMS = 10_000;

  private OutputKeys() {}

  /** Reads {@code module_call_graph}; anything but a flat dictionary of leaves has no keys. */
  static List<String> read(JsonCursor json, ValueReader values) {
    var trees = values.list(() -> outputTree(json));
    if (trees.isEmpty() || trees.getFirst().isEmpty()) {
      return List.of();
    }
    try {
      return keys(trees.getFirst());
    } catch (UnreadablePt2 _) {
      // The keys only make names nicer; a tree of another form is no reason to refuse the program.
      return List.of();
    }
  }

  private static String outputTree(JsonCursor json) {
    var tree = new String[] {""};
    json.object(field -> {
      if (field.equals("signature") && !json.isNull()) {
        json.object(part -> {
          if (part.equals("out_spec")) {
            tree[0] = json.text();
          } else {
            json.skip();
          }
        });
      } else {
        json.skip();
      }
    });
    return tree[0];
  }

  private static List<String> keys(String tree) {
    var root = new Node();
    nested(
        "{\"tree\":" + tree + "}",
        json ->
            json.object(_ -> {
              var position = new int[1];
              json.array(() -> {
                if (position[0]++ == 1) {
                  root.read(json);
                } else {
                  json.skip();
                }
              });
            }));
    if (!root.type.equals("builtins.dict") || root.nestedChildren) {
      return List.of();
    }
    var keys = new ArrayList<String>();
    nested(
        "{\"keys\":" + root.context + "}",
        json -> json.object(_ -> json.array(() -> keys.add(json.text()))));
    return keys.size() == root.children ? keys : List.of();
  }

  private static void nested(String text, Consumer<JsonCursor> root) {
    JsonCursor.walk(
        "out_spec", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), MAX_ITEMS, root);
  }

  /** One node of the tree, of which only the root's own fields matter. */
  private static final class Node {
    private String type = "";
    private String context = "[]";
    private int children;
    private boolean nestedChildren;

    void read(JsonCursor json) {
      json.object(field -> {
        switch (field) {
          case "type" -> type = json.isNull() ? "" : json.text();
          case "context" -> context = json.isNull() ? "[]" : json.text();
          case "children_spec" ->
              json.array(() -> {
                children++;
                var child = new Node();
                child.read(json);
                nestedChildren |= child.children > 0;
              });
          default -> json.skip();
        }
      });
    }
  }
}
