import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Gives picocli's classes the form of Java 8, which the JVM can keep in a cache (ADR 15): theirs is
 * Java 5's, which has no frames, so that it checks each of them in every command anew. And lets
 * picocli know that there is no Groovy, which it would look for in a hundred jars.
 *
 * <pre>java application/ModernPicocli.java JAR</pre>
 */
final class ModernPicocli {
  private ModernPicocli() {}

  public static void main(String... arguments) throws IOException {
    var jar = Path.of(arguments[0]);
    long searches = 0;
    try (var classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        var files = FileSystems.newFileSystem(jar)) {
      var form =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)));
      try (var all = Files.walk(files.getPath("/picocli"))) {
        for (var file : all.filter(each -> each.toString().endsWith(".class")).toList()) {
          var old = form.parse(Files.readAllBytes(file));
          searches += searches(old);
          Files.write(file, form.transformClass(old, modern()));
        }
      }
    }
    if (searches != 1) {
      throw new IllegalStateException(
          "%s looks for Groovy in %d places (expected: 1, in loadClosureClass)"
              .formatted(jar, searches));
    }
  }

  private static long searches(ClassModel old) {
    return old.methods().stream().filter(ModernPicocli::isSearch).count();
  }

  private static boolean isSearch(MethodModel method) {
    return method.methodName().equalsString("loadClosureClass");
  }

  private static ClassTransform modern() {
    return (to, each) -> {
      switch (each) {
        case ClassFileVersion _ -> to.withVersion(ClassFile.JAVA_8_VERSION, 0);
        case MethodModel search when isSearch(search) ->
            to.withMethodBody(
                search.methodName(),
                search.methodType(),
                search.flags().flagsMask(),
                code -> code.aconst_null().areturn());
        case MethodModel other ->
            to.transformMethod(other, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
        default -> to.with(each);
      }
    };
  }
}
