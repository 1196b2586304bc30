/** What an import reads: experiments, runs, models and files, wherever they come from. */
@NullMarked
package dev.fovea.cli.imports.source;

import org.jspecify.annotations.NullMarked;
