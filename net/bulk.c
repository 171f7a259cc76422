/* bulk.c - buffers on their way from the disk to the wire, and slices of them. */
#include "config.h"

#include <stdlib.h>

#include "net/bulk.h"
#include "net/transfer.h"
#include "src/util.h"

struct pool {
	size_t size, keep, kept, out;
	bool released;
	uint8_t **spare;
};

struct slice {
	struct bulk b; /* first: what the session sees */
	struct chunk *chunk;
};

struct pool *
pool_new(size_t size, size_t keep)
{
	struct pool *p = xcalloc(1, sizeof(*p));

	p->size = size;
	p->keep = keep;
	p->spare = xcalloc(keep, sizeof(*p->spare));
	return p;
}

static void
free_if_unused(struct pool *p)
{
	if (!p->released || p->out > 0)
		return;
	while (p->kept > 0)
		free(p->spare[--p->kept]);
	free(p->spare);
	free(p);
}

void
pool_release(struct pool *p)
{
	if (p == NULL)
		return;
	p->released = true;
	free_if_unused(p);
}

uint8_t *
pool_get(struct pool *p)
{
	p->out++;
	return p->kept > 0 ? p->spare[--p->kept] : xmalloc(p->size);
}

void
pool_put(struct pool *p, uint8_t *buf)
{
	p->out--;
	if (p->kept < p->keep && !p->released)
		p->spare[p->kept++] = buf;
	else
		free(buf);
	free_if_unused(p);
}

size_t
pool_out(const struct pool *p)
{
	return p->out;
}

struct chunk *
chunk_new(struct pool *p, uint8_t *buf, size_t len)
{
	struct chunk *c = xcalloc(1, sizeof(*c));

	c->pool = p;
	c->p = buf;
	c->len = len;
	c->refs = 1;
	return c;
}

void
chunk_unref(struct chunk *c)
{
	if (--c->refs > 0)
		return;
	pool_put(c->pool, c->p);
	free(c);
}

struct bulk *
chunk_slice(struct chunk *c, size_t max)
{
	struct slice *s;
	size_t n = 0, record;

	while (c->at + n < c->len && n < max) {
		if (c->len - c->at - n < 2)
			return NULL;
		record = 2 + (size_t)get_be16(c->p + c->at + n);
		if (record > c->len - c->at - n)
			return NULL;
		n += record;
	}
	if (n == 0)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->b.p = c->p + c->at;
	s->b.len = n;
	s->chunk = c;
	c->refs++;
	c->at += n;
	return &s->b;
}

void
bulk_free(struct bulk *b)
{
	struct slice *s = (struct slice *)b;

	if (b == NULL)
		return;
	chunk_unref(s->chunk);
	free(s);
}
