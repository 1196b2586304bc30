/** Where things came from and who did what: lineage and the audit log. */
@NullMarked
package dev.fovea.web.trace;

import org.jspecify.annotations.NullMarked;
