/* kept.c - sentences kept without a language: said in the one in use, whatever their arguments hold, and harmless when damaged. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/kept.h"
#include "src/say.h"
#include "src/util.h"
#include "tests/tap.h"

static bool portuguese;

/* What is kept, in English and in Portuguese; takes it over. */
static void
said(char *kept, const char *english, const char *other, const char *what)
{
	char *s;

	say_language("en");
	s = kept_say(kept);
	is_str(s, english, "%s", what);
	free(s);
	if (portuguese && say_language("pt")) {
		s = kept_say(kept);
		is_str(s, other, "%s, in Portuguese", what);
		free(s);
		s = kept_english(kept);
		is_str(s, english, "%s, in English for the wire while a person reads Portuguese",
		       what);
		free(s);
	}
	free(kept);
}

static void
sentences(void)
{
	said(xstrdup("paused here"), "paused here", "em pausa aqui", "a fixed sentence");
	said(xstrdup(""), "", "", "nothing");
	said(kept_new("Cannot read %s", "/a/b"), "Cannot read /a/b", "Não se consegue ler /a/b",
	     "one with an argument");
	said(kept_errno("the disk is full", ENOSPC), "the disk is full: No space left on device",
	     "o disco está cheio: não há espaço no disco", "one with the system's");
	said(kept_around("cancelled by the other side: %s", "the disk is full"),
	     "cancelled by the other side: the disk is full",
	     "cancelada pelo outro lado: o disco está cheio", "a sentence in a sentence");
	said(kept_around("%s, and %u more; everything else arrived", "the disk is full", 7U),
	     "the disk is full, and 7 more; everything else arrived",
	     "o disco está cheio, e mais 7; o resto chegou todo", "a number behind it");
	said(kept_plural("%u identical file was there already",
			 "%u identical files were there already", 1, 1U),
	     "1 identical file was there already", "1 ficheiro igual já lá estava", "one");
	said(kept_plural("%u identical file was there already",
			 "%u identical files were there already", 3, 3U),
	     "3 identical files were there already", "3 ficheiros iguais já lá estavam", "many");
	said(kept_plural("a name was taken: %s", "names were taken: %s", 2, "x"),
	     "names were taken: x", "nomes que já existiam: x", "a plural without its number");
}

static void
others_words(void)
{
	said(kept_text("the disk is full"), "the disk is full", "o disco está cheio",
	     "a sentence of ours from another program");
	said(kept_text("100% %s \x1f\x02x\x03 \x10 \x1c"), "100% %s \x1f\x02x\x03 \x10 \x1c",
	     "100% %s \x1f\x02x\x03 \x10 \x1c", "what means something here is only text there");
	said(kept_new("Cannot read %s", "\x02paused here\x03\x1f%s\x10"),
	     "Cannot read \x02paused here\x03\x1f%s\x10",
	     "Não se consegue ler \x02paused here\x03\x1f%s\x10", "so is a name of that kind");
}

static void
joined(void)
{
	char *a = kept_new("Cannot read %s", "x"), *b;

	b = kept_both(NULL, a);
	is_str(b, a, "two of which one is not there are the other");
	free(b);
	b = kept_both(a, "");
	is_str(b, a, "whichever it is");
	free(b);
	said(kept_both(a, "paused here"), "Cannot read x; paused here",
	     "Não se consegue ler x; em pausa aqui", "both, each in its language");
	free(a);
}

/* Every cut of one, and every byte of it another: something is said, and nothing read beyond the end. */
static void
damaged(void)
{
	char *a = kept_plural("%u file, %s", "%u files, %s", 2, 2U, "x"), *kept, *s;
	char line[8];
	size_t len;

	kept = kept_around("%s; everything else arrived", a);
	len = strlen(kept);
	for (size_t i = 0; i < len; i++) {
		static const char bytes[] = "\x02\x03\x10\x1c\x1f%9$";
		char *bad = xstrndup(kept, i);

		free(kept_say(bad));
		free(bad);
		for (size_t k = 0; k + 1 < sizeof(bytes); k++) {
			bad = xstrdup(kept);
			bad[i] = bytes[k];
			free(kept_say(bad));
			free(bad);
		}
	}
	free(kept);
	for (size_t i = 0; i < 40; i++) {
		kept = kept_around("%s!", a);
		free(a);
		a = kept;
	}
	s = kept_say(a);
	ok(strlen(s) < 40, "sentences in sentences without end have one");
	free(s);
	free(a);
	is_str(kept_into(line, sizeof(line), "abcdéfgh"), "abcdéf", "a buffer is cut");
	is_str(kept_into(line, sizeof(line), "abcdefé"), "abcdef", "between two characters");
}

int
main(void)
{
	portuguese = say_language("pt");
	if (!portuguese)
		diag("built without msgfmt, so there is English only");
	sentences();
	others_words();
	joined();
	damaged();
	return done_testing();
}
