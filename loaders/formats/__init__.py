"""The formats of files, each as a Composition: paragraphs and tables in order, with pages where there are.

word, ofd, pdf, web, books         documents, pages and workbooks
package                            what they are packed in; older formats, converted where LibreOffice is
compose                            the text and tables that all of them are put together to
drawn, ruled, aligned              tables drawn with characters in a text, with lines on a page, with neither
"""
