"""Make a book of a series: its entries as chapters of an EPUB and a PDF."""

from __future__ import annotations

from pipeline.book.chapters import Book, Chapter, Image, book_of
from pipeline.book.epub import epub
from pipeline.book.pdf import cover, pdf
from pipeline.book.written import Books, books_of, write_books

__all__ = ["Book", "Books", "Chapter", "Image", "book_of", "books_of", "cover", "epub", "pdf", "write_books"]
